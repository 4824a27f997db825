'use strict'

// Every error that Tallystick throws, one factory each. They are made here, in JavaScript, because an addon's errors belong
// to another realm in Jest and vm contexts, where `instanceof TypeError` would fail. No message repeats more than
// 80 characters of a value.

/**
 * @param {ErrorConstructor} Type
 * @param {import('..').ErrorCode} code
 * @param {string} message
 * @param {unknown} [cause]
 */
function coded(Type, code, message, cause) {
  const error = new Type(message, cause === undefined ? undefined : { cause })
  return Object.assign(error, { code })
}

/** @param {unknown} value */
function shown(value) {
  let text
  try {
    const { inspect } = require('node:util')
    text = inspect(typeof value === 'string' ? value.slice(0, 81) : value, {
      depth: 0,
      breakLength: Number.POSITIVE_INFINITY,
    })
  } catch {
    text = typeof value
  }
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

/** @param {unknown} name @param {string} [what] */
function invalidName(name, what = 'a metric name') {
  return coded(TypeError, 'ERR_TALLYSTICK_NAME', `${what} must be a non-empty string, got ${shown(name)}`)
}

/** @param {string} what @param {unknown} value */
function notAString(what, value) {
  return coded(TypeError, 'ERR_TALLYSTICK_NAME', `${what} must be a string, got ${shown(value)}`)
}

/** @param {string} what @param {unknown} value @param {string} [expected] */
function notANumber(what, value, expected = 'a number') {
  return coded(TypeError, 'ERR_TALLYSTICK_VALUE', `${what} must be ${expected}, got ${shown(value)}`)
}

/** @param {string} what @param {unknown} value an object @param {string} [expected] */
function labelsForNumber(what, value, expected = 'a number') {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_VALUE',
    `${what} must be ${expected}, got ${shown(value)}: pass labels to .labels({ … }) of an instrument, or as the third argument of metrics.inc, observeMillis and observeNanos`,
  )
}

function noObserve() {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_VALUE',
    'a timing has no observe(): call observeMillis(milliseconds) or observeNanos(nanoseconds); use a histogram for other units',
  )
}

/** @param {string} what @param {unknown} value @param {string} expected */
function outOfRange(what, value, expected) {
  return coded(RangeError, 'ERR_TALLYSTICK_VALUE', `${what} must be ${expected}, got ${shown(value)}`)
}

/** @param {string} message @param {unknown} [cause] */
function invalidLabels(message, cause) {
  return coded(TypeError, 'ERR_TALLYSTICK_LABELS', message, cause)
}

/** @param {unknown} labels */
function notLabels(labels) {
  return invalidLabels(
    `labels must be a plain object of names and values, as in { method: "GET" }, got ${shown(labels)}`,
  )
}

/** @param {unknown} more the argument after the value */
function labelsApart(more) {
  return invalidLabels(
    `an instrument takes one value, got ${shown(more)} as a second argument: pass labels to .labels({ … })`,
  )
}

function boundLabels() {
  return invalidLabels(
    'a bound timing already has its labels: pass all of them to labels({ … }), or use start({ … }), stop({ … }) and time(fn, { … }) of the timing itself',
  )
}

/** @param {unknown} cause */
function unreadableOptions(cause) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_OPTIONS',
    'options cannot be read, because a getter or a proxy throws: pass a plain object',
    cause,
  )
}

/** @param {unknown} value */
function invalidOptions(value) {
  return coded(TypeError, 'ERR_TALLYSTICK_OPTIONS', `options must be a plain object, got ${shown(value)}`)
}

/** @param {string} option @param {string[]} known */
function unknownOption(option, known) {
  return coded(TypeError, 'ERR_TALLYSTICK_OPTIONS', `unknown option ${shown(option)} (allowed: ${known.join(', ')})`)
}

/** An option of another library. @param {string} option @param {string[]} known @param {string} remedy */
function foreignOption(option, known, remedy) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_OPTIONS',
    `unknown option ${shown(option)} (allowed: ${known.join(', ')}): ${remedy}`,
  )
}

/** @param {unknown} fields or the name of the field that cannot become a string @param {unknown} [cause] */
function invalidFields(fields, cause) {
  const message = cause ? 'must be convertible to strings' : 'must be an object'
  return coded(TypeError, 'ERR_TALLYSTICK_VALUE', `trace fields ${message}, got ${shown(fields)}`, cause)
}

/** @param {string} option @param {unknown} value @param {string} expected */
function invalidOption(option, value, expected) {
  return coded(TypeError, 'ERR_TALLYSTICK_OPTIONS', `option ${option} must be ${expected}, got ${shown(value)}`)
}

/** @param {string} option @param {unknown} value @param {string} expected */
function optionOutOfRange(option, value, expected) {
  return coded(RangeError, 'ERR_TALLYSTICK_OPTIONS', `option ${option} must be ${expected}, got ${shown(value)}`)
}

/**
 * @typedef {object} Conflict
 * @property {string} kind
 * @property {string} name
 * @property {string} option
 * @property {unknown} existing the option's current value
 * @property {string} fallback describes the value in effect if the option was not given
 * @property {unknown} asked
 */

/** @param {Conflict} conflict */
function conflictingOption({ kind, name, option, existing, fallback, asked }) {
  const known = existing === undefined ? fallback : shown(existing)
  return coded(
    TypeError,
    'ERR_TALLYSTICK_CONFLICT',
    `${kind} ${shown(name)} exists with ${option} ${known}, requested with ${shown(asked)}: pass the same ${option} everywhere, before its first use, or only the name`,
  )
}

/** @param {string} what @param {unknown} value */
function notAFunction(what, value) {
  return coded(TypeError, 'ERR_TALLYSTICK_FUNCTION', `${what} must be a function, got ${shown(value)}`)
}

/** @param {unknown} value */
function notACollector(value) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_COLLECTOR',
    `collector must be a Collector of this package, got ${shown(value)}`,
  )
}

/** @param {unknown} value */
function notAWindow(value) {
  return invalidOption('window', value, 'a window that this collector made: collector.window()')
}

/** @param {unknown} id */
function unknownCollector(id) {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_COLLECTOR',
    `no collector has the id ${shown(id)}: a thread of this process must hold the collector while another one attaches to it`,
  )
}

/** @param {unknown} id that is not a positive integer */
function notACollectorId(id) {
  if (typeof id !== 'object' || id === null) return unknownCollector(id)
  const message = `Collector.attach takes the id of a collector, got ${shown(id)}: pass collector.id`
  return coded(TypeError, 'ERR_TALLYSTICK_COLLECTOR', message)
}

/** @param {unknown} value */
function notARecorder(value) {
  return coded(TypeError, 'ERR_TALLYSTICK_RECORDER', `recorder must be a Recorder of this package, got ${shown(value)}`)
}

/** @param {unknown} id */
function unknownTimerId(id) {
  const message = `stop() takes an id that start() returned in this thread, got ${shown(id)}`
  return coded(typeof id === 'number' ? RangeError : TypeError, 'ERR_TALLYSTICK_TIMER', message)
}

/** @param {unknown} event @param {string[]} events */
function unknownEvent(event, events) {
  return coded(TypeError, 'ERR_TALLYSTICK_EVENT', `event must be one of ${events.join(', ')}, got ${shown(event)}`)
}

/** @param {string} kind @param {unknown} event @param {unknown} [cause] */
function notAnEvent(kind, event, cause) {
  const message = `a ${kind} event must be an object with a name and a number, got ${shown(event)}`
  return coded(TypeError, 'ERR_TALLYSTICK_EVENT', message, cause)
}

/** @param {number} depth */
function endlessEvents(depth) {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_EVENT',
    `listeners trigger each other's recordings, ${depth} levels deep; further events are not emitted: record under names that the listeners ignore`,
  )
}

/** @param {string} kind @param {string[]} methods @param {unknown} value @param {unknown} [cause] */
function notAnInstrument(kind, methods, value, cause) {
  const expected = methods.map((method) => `${method}()`).join(' and ')
  return coded(
    TypeError,
    'ERR_TALLYSTICK_OPTIONS',
    `option ${kind} must return an instrument with ${expected}, got ${shown(value)}`,
    cause,
  )
}

/** @param {unknown} result */
function invalidComposite(result) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_COMPOSITE',
    `a composite must return [name, value, …] or nothing, got ${shown(result)}`,
  )
}

function endlessReport() {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_COMPOSITE',
    'a composite or a snapshot() requested the report that it is part of: use only the objects that it receives',
  )
}

/** @param {string} kind @param {number} depth */
function endlessFactory(kind, depth) {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_OPTIONS',
    `option ${kind} calls recorder.${kind}, ${depth} levels deep: return an instrument instead, such as Default${kind[0].toUpperCase()}${kind.slice(1)}(recorder, name, …)`,
  )
}

/** @param {string} module */
function missingCollector(module) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_COLLECTOR',
    `${module} module requires collector binding: the collector option of registerModules must return a Collector`,
  )
}

/** @param {string} name */
function unknownModule(name) {
  return coded(
    Error,
    'ERR_TALLYSTICK_MODULE',
    `no module ${shown(name)} is registered: call register, or registerModules with the prefix that the script expects`,
  )
}

/** @param {string} name @param {unknown} value */
function notALoader(name, value) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_MODULE',
    `the loader of module ${shown(name)} must be a function, got ${shown(value)}`,
  )
}

/** @param {unknown} value */
function notARegistry(value) {
  return coded(TypeError, 'ERR_TALLYSTICK_MODULE', `registry must be a ModuleRegistry, got ${shown(value)}`)
}

/** @param {string} what @param {unknown} value */
function notARequest(what, value) {
  return coded(TypeError, 'ERR_TALLYSTICK_REQUEST', `${what}, got ${shown(value)}`)
}

function busy() {
  const message =
    'too many different readings are waiting for the reader thread: retry later, or request fewer at a time'
  return coded(Error, 'ERR_TALLYSTICK_BUSY', message)
}

/** @param {any} value @returns whether it wraps a Node.js response, as Fastify's reply does */
function isReply(value) {
  try {
    return typeof value.raw.writeHead === 'function'
  } catch {
    return false
  }
}

/** @param {unknown} value */
function notAResponse(value) {
  const remedy = isReply(value) ? '; with Fastify, pass request.raw and reply.raw' : ''
  const message = `handle takes a Node.js response as its second argument, got ${shown(value)}${remedy}`
  return coded(TypeError, 'ERR_TALLYSTICK_REQUEST', message)
}

/** @param {string} name @param {string} owner */
function takenModule(name, owner) {
  return coded(Error, 'ERR_TALLYSTICK_MODULE', `module ${shown(name)} is taken by ${owner}: use another name or prefix`)
}

/** @param {string} into @param {unknown} value @param {string} remedy */
function notMergeable(into, value, remedy) {
  return coded(TypeError, 'ERR_TALLYSTICK_MERGE', `${shown(value)} cannot be merged into this ${into}: ${remedy}`)
}

/** @param {string} reason @param {unknown} [cause] */
function invalidEncoding(reason, cause) {
  return coded(TypeError, 'ERR_TALLYSTICK_ENCODING', `not a readable HdrHistogram encoding: ${reason}`, cause)
}

/** @param {unknown} value @param {unknown} [cause] */
function notADistribution(value, cause) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_VALUE',
    `instrument must be a timing, or a histogram without buckets, got ${shown(value)}`,
    cause,
  )
}

function tooLongSnapshot() {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_SIZE',
    'the snapshot exceeds the longest possible string, and nothing was reset: use json(), which returns bytes, or remove series',
  )
}

/** @param {string} name of a family */
function tooLongFamily(name) {
  return coded(
    RangeError,
    'ERR_TALLYSTICK_SIZE',
    `the series of ${shown(name)} are longer than a string of this runtime may be: read other families by the option names, or use prometheus(), which gives bytes`,
  )
}

/** @param {unknown} value */
function notAPool(value) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_POOL',
    `pool must be { size, workers } (values or functions) or a supported pool, got ${shown(value)}`,
  )
}

function missingPool() {
  return coded(Error, 'ERR_TALLYSTICK_POOL', 'the pool is not initialized: call setPool first')
}

/** @param {unknown} cause */
function unreadablePool(cause) {
  const message =
    "the pool's workers cannot be read: provide an array, an iterable or a Map, or a function that returns one"
  return coded(Error, 'ERR_TALLYSTICK_POOL', message, cause)
}

/** @param {string} message @param {unknown} [cause] */
function missingBinary(message, cause) {
  return coded(Error, 'ERR_TALLYSTICK_BINARY', message, cause)
}

/** @param {unknown} cause */
function noExternalMemory(cause) {
  return missingBinary(
    'this runtime does not support external memory, which Tallystick needs (Electron, for example)',
    cause,
  )
}

/** @param {string} name of a package @param {string} use what needs it @param {unknown} cause */
function missingPeer(name, use, cause) {
  return coded(Error, 'ERR_TALLYSTICK_MODULE', `${use} need the package ${name}: npm install ${name}`, cause)
}

/** @param {string} option */
function conflictingRun(option) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_CONFLICT',
    `default metrics of this collector and prefix are collected already, with another ${option}: pass the same options everywhere, another prefix, or stop the first ones`,
  )
}

/** @param {unknown} state @param {string[]} states */
function unknownState(state, states) {
  return coded(
    TypeError,
    'ERR_TALLYSTICK_VALUE',
    `the state of a worker must be one of ${states.join(', ')}, got ${shown(state)}`,
  )
}

module.exports = {
  busy,
  boundLabels,
  conflictingOption,
  conflictingRun,
  invalidEncoding,
  endlessEvents,
  endlessFactory,
  endlessReport,
  foreignOption,
  invalidComposite,
  invalidFields,
  invalidLabels,
  invalidName,
  invalidOption,
  invalidOptions,
  labelsApart,
  labelsForNumber,
  missingBinary,
  missingCollector,
  missingPeer,
  missingPool,
  noExternalMemory,
  noObserve,
  notACollector,
  notACollectorId,
  notADistribution,
  notAFunction,
  notALoader,
  notANumber,
  notARecorder,
  notAPool,
  notARegistry,
  notARequest,
  notAResponse,
  notAString,
  notAWindow,
  notLabels,
  notMergeable,
  notAnEvent,
  notAnInstrument,
  optionOutOfRange,
  outOfRange,
  takenModule,
  tooLongFamily,
  tooLongSnapshot,
  unknownCollector,
  unknownEvent,
  unknownModule,
  unknownOption,
  unknownTimerId,
  unknownState,
  unreadableOptions,
  unreadablePool,
}
