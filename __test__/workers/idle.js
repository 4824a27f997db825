'use strict'

// A short worker without Tallystick, as a baseline.
