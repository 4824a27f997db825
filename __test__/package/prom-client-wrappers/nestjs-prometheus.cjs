'use strict'

require('reflect-metadata')
const { Injectable, Controller, Get, Module, Param } = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')
const {
  InjectMetric,
  PrometheusModule,
  makeCounterProvider,
  makeHistogramProvider,
} = require('@willsoto/nestjs-prometheus')
const { requestAll } = require('./requests.cjs')

class Items {
  constructor(counter, histogram) {
    this.counter = counter
    this.histogram = histogram
  }

  find(id) {
    this.counter.inc({ kind: 'item' })
    this.histogram.observe({ kind: 'item' }, Number(id))
    return 'item'
  }
}
Injectable()(Items)
InjectMetric('items_total')(Items, undefined, 0)
InjectMetric('items_size')(Items, undefined, 1)

class App {
  constructor(items) {
    this.items = items
  }

  item(id) {
    return this.items.find(id)
  }
}
Reflect.decorate([Get('/item/:id')], App.prototype, 'item', Object.getOwnPropertyDescriptor(App.prototype, 'item'))
Param('id')(App.prototype, 'item', 0)
Reflect.defineMetadata('design:paramtypes', [Items], App)
Controller()(App)

class Root {}
Module({
  imports: [PrometheusModule.register({ defaultLabels: { app: 'nest' } })],
  controllers: [App],
  providers: [
    Items,
    makeCounterProvider({ name: 'items_total', help: 'Items', labelNames: ['kind'] }),
    makeHistogramProvider({ name: 'items_size', help: 'Sizes', labelNames: ['kind'], buckets: [1, 2, 4] }),
  ],
})(Root)

async function start() {
  const app = await NestFactory.create(Root, { logger: false })
  await app.listen(0, '127.0.0.1')
  return await app.getUrl()
}

start().then(requestAll)
