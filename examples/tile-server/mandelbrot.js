'use strict'

// The arithmetic of the Mandelbrot set: the orbit of one point under z ↦ z² + c. No colours and no pixels.

// The orbit is followed far beyond |z| = 2, where it has already escaped, because this makes the fraction of a step more precise.
const ESCAPE_RADIUS_SQUARED = 2 ** 16

/** The steps after which a point counts as inside. Deeper levels show points that take longer to escape. */
function stepLimit(zoom) {
  return 256 + 64 * zoom + 8 * zoom * zoom
}

/** Whether c is in the main cardioid or in the disc left of it, which are most of the set, without iterating. */
function isInMainBodies(re, im) {
  const square = im * im
  const left = re - 0.25
  const q = left * left + square
  return q * (q + left) <= 0.25 * square || (re + 1) * (re + 1) + square <= 0.0625
}

/** The orbit of one point. The object is reused, because a tile has 65,536 points. */
class Orbit {
  /** The number of steps, also for a point inside. */
  steps = 0
  /** The number of steps with a fraction, continuous from point to point. Only for a point outside. */
  smoothSteps = 0
  /** The estimated distance to the set. Only for a point outside. */
  distance = 0
  /** The direction away from the set, a unit vector. Only for a point outside. */
  awayRe = 0
  awayIm = 0

  /**
   * Follows c = re + im·i for at most `limit` steps. An orbit that returns to within `tolerance` of an earlier
   * point is periodic.
   * @returns whether it escapes, so that c is outside the set
   */
  follow(re, im, limit, tolerance) {
    this.steps = 0
    if (isInMainBodies(re, im)) return false
    let zRe = 0
    let zIm = 0
    // The derivative of z with respect to c.
    let dRe = 0
    let dIm = 0
    let oldRe = 0
    let oldIm = 0
    let nextOld = 8
    for (let step = 1; step <= limit; step++) {
      const nextDRe = 2 * (zRe * dRe - zIm * dIm) + 1
      dIm = 2 * (zRe * dIm + zIm * dRe)
      dRe = nextDRe
      const nextRe = zRe * zRe - zIm * zIm + re
      zIm = 2 * zRe * zIm + im
      zRe = nextRe
      if (zRe * zRe + zIm * zIm > ESCAPE_RADIUS_SQUARED) return this.#escape(step, zRe, zIm, dRe, dIm)
      if (Math.abs(zRe - oldRe) < tolerance && Math.abs(zIm - oldIm) < tolerance) return this.#stay(step)
      if (step === nextOld) {
        oldRe = zRe
        oldIm = zIm
        nextOld *= 2
      }
    }
    return this.#stay(limit)
  }

  #stay(steps) {
    this.steps = steps
    return false
  }

  #escape(steps, zRe, zIm, dRe, dIm) {
    const size = Math.hypot(zRe, zIm)
    const slope = Math.hypot(dRe, dIm)
    this.steps = steps
    this.smoothSteps = steps + 1 - Math.log2(Math.log2(size))
    this.distance = (size * Math.log(size)) / slope
    // z divided by its derivative, as a direction.
    this.awayRe = (zRe * dRe + zIm * dIm) / (size * slope)
    this.awayIm = (zIm * dRe - zRe * dIm) / (size * slope)
    return true
  }
}

module.exports = { Orbit, stepLimit }
