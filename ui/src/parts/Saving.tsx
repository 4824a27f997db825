// Saves a picture of a chart, and its numbers.

import { type Rows, Table } from '../data/history'
import { csvOf, fileName, jsonOf, type NamedColumns, pictureOf, save } from '../data/saving'
import { useSpeech } from '../text/language'

interface SavingProps {
  /** Of the chart: the title of the picture and the name of the file. */
  label: string
  /** As text below the picture. */
  legend: string
  canvas: () => HTMLCanvasElement | undefined
  columns: () => { names: readonly string[]; rows: Rows; at: readonly number[] }
}

export function Saving({ label, legend, canvas, columns }: SavingProps) {
  const { t } = useSpeech()
  const savePicture = async () => {
    const drawn = canvas()
    const picture = drawn && (await pictureOf(drawn, label, legend))
    if (picture) save(fileName(label, 'png'), picture)
  }
  const saveText = (ending: string, type: string, textOf: (all: NamedColumns) => string) => {
    const { names, rows, at } = columns()
    const all = rows.columns().map((column) => Array.from(column))
    const table = new Table([all[0] ?? [], ...at.map((column) => all[column] ?? [])])
    save(fileName(label, ending), new Blob([textOf({ names, rows: table })], { type }))
  }
  return (
    <details className="saving">
      <summary aria-label={t('saveOf', { name: label })}>{t('save')}</summary>
      <button type="button" onClick={savePicture}>
        PNG
      </button>
      <button type="button" onClick={() => saveText('csv', 'text/csv', csvOf)}>
        CSV
      </button>
      <button type="button" onClick={() => saveText('json', 'application/json', jsonOf)}>
        JSON
      </button>
    </details>
  )
}
