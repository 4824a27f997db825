'use strict'

// `node --import tallystick/auto app.js`: measures an application that has no line of code for it.

require('./lib/auto').start()
