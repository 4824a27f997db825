export default { build: { ssr: 'app.mjs', outDir: 'vite', target: 'esnext' } }
