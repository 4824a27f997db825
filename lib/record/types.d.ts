// The classes of this folder as types: TypeScript sees a class that CommonJS exports as a value only.

import type { CollectorReference, ExternalObject } from '../../binding'

export type Handle = ExternalObject<CollectorReference>
export type BoundCounter = InstanceType<typeof import('./counter').BoundCounter>
export type FamiliesByName = {
  readonly number: number
  readonly Class: new (family: Family) => Leaf
  readonly Bound: BoundClass
  get(name: string): Family | undefined
  add(family: Family): void
  delete(name: string): void
}
/** Of a lazy kind a series has no cells until it is recorded. */
export type BoundClass = { new (node: Node, key: string, cell: number): Leaf; readonly isLazy: boolean }
export type Family = InstanceType<typeof import('./family').Family>
export type Instruments = InstanceType<typeof import('./instruments').Instruments>
export type LabelTable = InstanceType<typeof import('./labels').LabelTable>
/** The handle of a series, of any kind. */
export type Leaf = InstanceType<typeof import('./series').Series>
export type LogLinear = InstanceType<typeof import('./log-linear').LogLinear>
export type Node = InstanceType<typeof import('./tree').Node>
export type Order = InstanceType<typeof import('./order').Order>
export type Shard = InstanceType<typeof import('./shard').Shard>
export type Tree = InstanceType<typeof import('./tree').Tree>
