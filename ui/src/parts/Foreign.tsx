// Text of others: shown as it is, never as markup, in a direction of its own, and cut by its place rather than widening it.

export function Foreign({ children, className = '' }: { children: string | undefined; className?: string }) {
  return (
    <bdi className={`foreign ${className}`} title={children}>
      {children}
    </bdi>
  )
}
