'use strict'

const express = require('express')
const bundle = require('express-prom-bundle')
const { requestAll, listening } = require('./requests.cjs')

const app = express()
app.use(
  bundle({
    includeMethod: true,
    includePath: true,
    includeStatusCode: true,
    customLabels: { team: null },
    transformLabels: (labels) => Object.assign(labels, { team: 'shop' }),
    normalizePath: [['^/item/.*', '/item/#id']],
    promClient: { collectDefaultMetrics: { prefix: 'app_' } },
  }),
)
app.get('/item/:id', (_, res) => res.send('item'))
app.get('/broken', (_, res) => res.status(500).send('broken'))

listening(app).then(requestAll)
