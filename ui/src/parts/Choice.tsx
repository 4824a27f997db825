// A choice of one of a few options, as a select element.

interface ChoiceProps<Option extends string> {
  label: string
  value: Option
  options: readonly (readonly [value: Option, name: string])[]
  choose: (option: Option) => void
}

export function Choice<Option extends string>({ label, value, options, choose }: ChoiceProps<Option>) {
  return (
    <select aria-label={label} value={value} onChange={({ target }) => choose(target.value as Option)}>
      {options.map(([option, name]) => (
        <option key={option} value={option}>
          {name}
        </option>
      ))}
    </select>
  )
}
