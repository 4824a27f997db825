// The classes of this folder as types: TypeScript sees a class that CommonJS exports as a value only.

import type { Handle as BindingHandle, ExternalObject } from '../../binding'

export type Handle = ExternalObject<BindingHandle>
export type BoundCounter = InstanceType<typeof import('./counter').BoundCounter>
export type Family = InstanceType<typeof import('./family').Family>
export type Instruments = InstanceType<typeof import('./instruments').Instruments>
export type LabelTable = InstanceType<typeof import('./labels').LabelTable>
export type LogLinear = InstanceType<typeof import('./log-linear').LogLinear>
export type Shard = InstanceType<typeof import('./shard').Shard>

/** An order of label names that calls have used. */
export interface Order {
  readonly keys: string[]
  /** Where its walk begins. */
  readonly root: number
  /** Two labels whose sorted order is the other one: they take the steps of that. */
  readonly swapped: boolean
  /** The names' numbers in sorted order, where the steps are those of the sorted order. */
  readonly names: number[] | undefined
  /** How often the thread had begun anew when the order was learned: its numbers mean nothing after the next time. */
  readonly renewals: number
}
