'use strict'

// A short life without Tallystick: what a worker costs anyway.
