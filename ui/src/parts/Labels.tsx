// A series' labels.

import { Foreign } from './Foreign'

export function Labels({ labels }: { labels: Readonly<Record<string, string>> }) {
  return Object.entries(labels).map(([name, value]) => (
    <span key={name} className="label">
      <Foreign>{name}</Foreign>=<Foreign>{value}</Foreign>
    </span>
  ))
}
