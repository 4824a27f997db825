// Requests the data of a route once. Without data, it throws the reason.

import { apiAddress, type Query } from './address'

/** Why there are no data: no pool is set, no collector is served, no series has the key, access is denied, or nothing responds. */
export type NoDataReason = 'pool' | 'collector' | 'series' | 'permission' | 'response'

export class NoDataError extends Error {
  readonly reason: NoDataReason

  constructor(reason: NoDataReason) {
    super(reason)
    this.reason = reason
  }
}

export async function getJson<Body>(route: string, query?: Query, signal?: AbortSignal): Promise<Body> {
  const response = await responseOf(apiAddress(route, query), signal)
  if (!response.ok) throw new NoDataError(await reasonOf(response))
  return response.json()
}

async function responseOf(address: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(address, { signal: signal ?? null, credentials: 'same-origin' })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new NoDataError('response')
  }
}

async function reasonOf(response: Response): Promise<NoDataReason> {
  const { status } = response
  if (status === 401 || status === 403) return 'permission'
  const message = await errorOf(response)
  if (status === 503 && message === 'Pool not initialized') return 'pool'
  // 410 in Buntime, which replaces a 404 with its own page
  if (status !== 404 && status !== 410) return 'response'
  if (message === 'No collector is served here') return 'collector'
  if (message === 'No such series') return 'series'
  return 'response'
}

async function errorOf(response: Response): Promise<unknown> {
  try {
    return (await response.json()).error
  } catch {
    return undefined
  }
}
