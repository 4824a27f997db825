// Which series a stream can be asked for: no more than the server takes, in an address that every proxy takes.

const MAX_KEYS = 100
const MAX_LENGTH = 6000

/** The first of them that fit, each once; sorted, so that the same ones are the same stream. */
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
