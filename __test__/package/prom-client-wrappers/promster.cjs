'use strict'

const express = require('express')
const { createMiddleware, getSummary, getContentType } = require('@promster/express')
const { requestAll, listening } = require('./requests.cjs')

const app = express()
app.use(
  createMiddleware({
    app,
    options: { accuracies: ['s'], metricTypes: ['httpRequestsTotal', 'httpRequestsHistogram', 'httpRequestsSummary'] },
  }),
)
app.get('/item/:id', (_, res) => res.send('item'))
app.get('/broken', (_, res) => res.status(500).send('broken'))
app.get('/metrics', async (_, res) => {
  res.setHeader('Content-Type', getContentType())
  res.end(await getSummary())
})

listening(app).then(requestAll)
