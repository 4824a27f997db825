// Builds the page, with relative addresses, so that it works under any path, and nothing inlined, so that its policy needs no exception.

import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  base: './',
  plugins: [react()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // the licences of bundled packages, whose text must be kept
    license: { fileName: 'licences.md' },
  },
})
