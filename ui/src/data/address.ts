// The addresses of the page and its data, relative to the base that the server inserts into the page.

const base = new URL('.', document.baseURI)

/** The prefix of the page's own addresses, without a trailing slash; may be empty. */
export const basePath = base.pathname.replace(/\/+$/, '')

export type Query = readonly (readonly [name: string, value: string | number])[]

/** The address of a route of the service. */
export function apiAddress(route: string, query: Query = []): string {
  const address = new URL(`api/metrics/${route}`, base)
  for (const [name, value] of query) address.searchParams.append(name, String(value))
  return address.href
}
