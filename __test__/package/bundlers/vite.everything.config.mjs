export default {
  ssr: { noExternal: true, external: ['tallystick'] },
  build: { ssr: 'app.mjs', outDir: 'vite-everything', target: 'esnext' },
}
