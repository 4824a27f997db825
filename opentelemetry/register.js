'use strict'

// `node --import tallystick/opentelemetry/register app.js`: everything that OpenTelemetry's instrumentations record goes to this package.

require('../lib/opentelemetry/register').register()
