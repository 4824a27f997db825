// What this page remembers from view to view, until it is left.

import { PoolHistory } from './pool-history'
import { SeriesHistory } from './series-history'

export const poolHistory = new PoolHistory()
export const seriesHistory = new SeriesHistory()
