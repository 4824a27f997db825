// What the service reads of any pool. Nothing of it is trusted.

import type { PoolWorkers } from '../../../pool'

export interface Source {
  size(): unknown
  workers(): PoolWorkers
  /** More numbers of the pool, by their names in camelCase. */
  extra?(): Readonly<Record<string, unknown>>
}
