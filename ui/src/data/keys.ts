// The series that a stream requests: no more than the server accepts, in an address that every proxy accepts.

const MAX_KEYS = 100
const MAX_LENGTH = 6000

/** The first keys that fit, without duplicates, sorted, so that equal sets share a stream. */
export function streamable(keys: readonly string[]): string[] {
  let length = 0
  const fitting = [...new Set(keys)].slice(0, MAX_KEYS).filter((key) => {
    const its = encodeURIComponent(key).length + '&keys='.length
    if (length + its > MAX_LENGTH) return false
    length += its
    return true
  })
  return fitting.sort()
}
