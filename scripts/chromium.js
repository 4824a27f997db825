'use strict'

// The Chromium that the page is tested in: an installed one, or Debian's, which is installed if we are root.

const fs = require('node:fs')
const { isInstalled, run } = require('./command')

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** @returns {string | undefined} a path */
function chromiumPath() {
  const folders = (process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':')
  const onPath = names.flatMap((name) => folders.map((folder) => `${folder}/${name}`))
  return [process.env.TALLYSTICK_CHROMIUM ?? '', ...onPath, ...places].find(
    (file) => file !== '' && fs.existsSync(file),
  )
}

/** @returns {string | undefined} why it is unavailable */
function setUpChromium() {
  if (chromiumPath()) return undefined
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    return 'there is no Chromium on the PATH, and it cannot be installed'
  }
  try {
    run('apt-get', ['--quiet', '--quiet', 'update'])
    run('apt-get', ['--quiet', '--yes', 'install', '--no-install-recommends', 'chromium'])
  } catch {
    // reported below
  }
  return chromiumPath() ? undefined : 'apt-get has no package chromium: no test looks at the page'
}

module.exports = { chromiumPath, setUpChromium }
