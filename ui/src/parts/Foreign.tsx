// Untrusted text: shown as text, never as markup, in its own direction, and truncated rather than widening its container.

export function Foreign({ children, className = '' }: { children: string | undefined; className?: string }) {
  return (
    <bdi className={`foreign ${className}`} title={children}>
      {children}
    </bdi>
  )
}
