// The packages that carry a binary each, for tsc: none of them is installed in a checkout.

declare module 'tallystick-*' {
  const binding: typeof import('../binding')
  export = binding
}
