// The level of a pool's utilization, with thresholds at 60, 80 and 100 %.

export type Level = 'calm' | 'busy' | 'strained' | 'full'

export function level(utilization: number): Level {
  if (utilization >= 1) return 'full'
  if (utilization >= 0.8) return 'strained'
  return utilization >= 0.6 ? 'busy' : 'calm'
}
