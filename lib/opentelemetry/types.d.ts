// The classes of this folder as types: TypeScript sees a class that CommonJS exports as a value only.

export type AttributeTable = InstanceType<typeof import('./attribute-table').AttributeTable>
export type Meter = InstanceType<typeof import('./meter').Meter>
export type Messages = InstanceType<typeof import('../otlp/messages').Messages>
export type Observable = InstanceType<typeof import('./observables').Observable>
export type Observed = ReturnType<ObservedSeries['find']>
export type ObservedSeries = InstanceType<typeof import('./observed-series').ObservedSeries>
export type ObservableRegistry = InstanceType<typeof import('./observables').ObservableRegistry>
export type Stream = InstanceType<typeof import('./streams').Stream>
export type StreamFactory = InstanceType<typeof import('./streams').StreamFactory>
export type View = InstanceType<typeof import('./views').View>
