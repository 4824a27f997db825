// The globals of Jest and Vitest that docs/testing.md uses.

interface Expectation {
  toBe(value: unknown): void
  toEqual(value: unknown): void
  toThrow(error?: unknown): void
}

declare function beforeEach(fn: () => void): void
declare function test(name: string, fn: () => void): void
declare function expect(value: unknown): Expectation
declare namespace expect {
  function objectContaining(fields: object): unknown
}
