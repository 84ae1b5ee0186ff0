import '../../styles/code.css'
import { Button } from '../button.tsx'
import type { Option } from '../select-field.tsx'

interface ChoicesProps<Key extends string> {
  readonly label: string
  readonly options: readonly Option<Key>[]
  readonly value: Key
  readonly onChange: (value: Key) => void
  /** Names that are the same in every language: of programs and formats. */
  readonly ltr?: boolean
}

/** A few that exclude each other, as buttons beside each other: what a list shows, which code is written. */
export const Choices = <Key extends string>({ label, options, value, onChange, ltr = false }: ChoicesProps<Key>) => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand within a line
  <div role="group" aria-label={label} className="choices">
    {options.map(({ id, name }) => (
      <Button key={id} weight="quiet" aria-pressed={id === value} onPress={() => onChange(id)}>
        {ltr ? <bdi dir="ltr">{name}</bdi> : name}
      </Button>
    ))}
  </div>
)
