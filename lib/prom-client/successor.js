'use strict'

// What @prometheus-io/client, prom-client's successor, does differently.

const { Counter: PromClientCounter } = require('./counter')
const { Pushgateway: PromClientPushgateway } = require('./pushgateway')

/** The value of an exemplar is the total of its series. */
class Counter extends PromClientCounter {
  /** @param {any} series of a counter */
  exemplarValue(series) {
    return series.value() || 1
  }
}

/** Its requests have two arguments: the address as a URL, and the options. */
class Pushgateway extends PromClientPushgateway {
  /** @param {URL} url @param {any} options */
  requestArguments(url, options) {
    return [url, options]
  }
}

module.exports = { Counter, Pushgateway }
