// What this page keeps across views, until it is closed.

import { OverviewData } from './overview'
import { PoolHistory } from './pool-history'
import { SeriesHistory } from './series-history'

export const poolHistory = new PoolHistory()
export const seriesHistory = new SeriesHistory()
export const overviewData = new OverviewData()
