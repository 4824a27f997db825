// Positions of grid lines: round numbers in their unit.

const POWERS_OF_TEN = Array.from({ length: 16 }, (_, power) => 10 ** power)

/** For whole numbers. */
export const WHOLE_STEPS: readonly number[] = POWERS_OF_TEN.flatMap((power) => [power, 2 * power, 5 * power])

/** For bytes. */
export const BYTE_STEPS: readonly number[] = Array.from({ length: 51 }, (_, power) => 2 ** power)
