// Requests a route once; without an answer, it throws the reason.

import { apiAddress, type Query } from './address'

/** Why there are no data: no pool is set, no collector is served, there is no such series, access is denied, or nothing answers. */
export type Lack = 'pool' | 'collector' | 'series' | 'permission' | 'answer'

/** No data, and the reason. */
export class LackError extends Error {
  readonly lack: Lack

  constructor(lack: Lack) {
    super(lack)
    this.lack = lack
  }
}

export async function ask<Body>(route: string, query?: Query, signal?: AbortSignal): Promise<Body> {
  const response = await answered(apiAddress(route, query), signal)
  if (!response.ok) throw new LackError(await lackOf(response))
  return response.json()
}

async function answered(address: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(address, { signal: signal ?? null, credentials: 'same-origin' })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new LackError('answer')
  }
}

async function lackOf(response: Response): Promise<Lack> {
  const { status } = response
  if (status === 401 || status === 403) return 'permission'
  const message = await errorOf(response)
  if (status === 503 && message === 'Pool not initialized') return 'pool'
  // 410 in Buntime, which replaces a 404 with its own page
  if (status !== 404 && status !== 410) return 'answer'
  if (message === 'No collector is served here') return 'collector'
  if (message === 'No such series') return 'series'
  return 'answer'
}

async function errorOf(response: Response): Promise<unknown> {
  try {
    return (await response.json()).error
  } catch {
    return undefined
  }
}
