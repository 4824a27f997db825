'use strict'

// Errors about modules: those that are registered, and those that are missing.

const { coded, shown } = require('./coded')

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

/** @param {string} name @param {string} owner */
function moduleNameTaken(name, owner) {
  return coded(Error, 'ERR_TALLYSTICK_MODULE', `module ${shown(name)} is taken by ${owner}: use another name or prefix`)
}

/** @param {string} name of a package @param {string} use what needs it @param {unknown} cause */
function missingPeer(name, use, cause) {
  return coded(Error, 'ERR_TALLYSTICK_MODULE', `${use} need the package ${name}: npm install ${name}`, cause)
}

module.exports = { missingCollector, missingPeer, moduleNameTaken, notALoader, notARegistry, unknownModule }
