// The classes of this folder as types: TypeScript sees a class that CommonJS exports as a value only.

import type { CollectorReference, ExternalObject } from '../../binding'

export type Reference = ExternalObject<CollectorReference>
export type Callbacks = ReturnType<typeof import('./callbacks').callbacksOf>
export type BoundCounter = InstanceType<typeof import('./counter').BoundCounter>
/** The families of one kind. */
export type FamiliesByName = {
  readonly number: number
  readonly word: string
  readonly kind: Kind
  get(name: string): Family | undefined
  add(family: Family): void
  delete(name: string): void
}
/** Of a lazy kind a series has no cells until it is recorded. */
export type BoundClass = { new (node: Node, key: string, cell: number): Leaf; readonly isLazy: boolean }
export type ExemplarSampler = InstanceType<typeof import('./exemplar-sampler').ExemplarSampler>
export type Family = InstanceType<typeof import('./family').Family>
export type Folding = InstanceType<typeof import('./folding').Folding>
export type Instruments = InstanceType<typeof import('./instruments').Instruments>
/** What the rest of the package knows about a kind of metric. */
export type Kind = {
  /** the names of its options */
  options: string[]
  /** what users get by name: the series without labels, and the way to those with labels */
  Instrument: new (
    family: Family,
  ) => Leaf
  /** a series with labels */
  Bound: BoundClass
  /** of a distribution: the exponent of the lowest power of two that it divides into buckets, and how many there are */
  powers?: { first: number; count: number }
  /** whether the option `buckets` replaces the log-linear buckets; otherwise it is for the exposition only */
  countsInBuckets?: boolean
}
export type LabelTable = InstanceType<typeof import('./labels').LabelTable>
/** The handle of a series, of any kind. */
export type Leaf = InstanceType<typeof import('./series').Series>
export type LogLinear = InstanceType<typeof import('./log-linear').LogLinear>
export type Node = InstanceType<typeof import('./node').Node>
export type Order = InstanceType<typeof import('./order').Order>
export type Shard = InstanceType<typeof import('./shard').Shard>
export type Tree = InstanceType<typeof import('./tree').Tree>
export type ReservedCells = InstanceType<typeof import('./reserved-cells').ReservedCells>
