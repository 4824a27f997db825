// Where the lines of a scale may stand: at numbers that are round in their unit.

const POWERS_OF_TEN = Array.from({ length: 16 }, (_, power) => 10 ** power)

/** For what comes in wholes. */
export const WHOLE_STEPS: readonly number[] = POWERS_OF_TEN.flatMap((power) => [power, 2 * power, 5 * power])

/** For bytes. */
export const BYTE_STEPS: readonly number[] = Array.from({ length: 51 }, (_, power) => 2 ** power)
