import { Button } from 'react-aria-components/Button'
import { Label } from 'react-aria-components/Label'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Select, SelectValue } from 'react-aria-components/Select'
import { t } from '../words/common.ts'
import { num } from '../words/format.ts'
import { Mark } from './mark.tsx'
import type { Option } from './select-field.tsx'

interface MultiSelectProps {
  readonly label: string
  readonly options: readonly Option[]
  /** Ids of what is chosen; none: everything. */
  readonly value: readonly string[]
  readonly onChange: (value: readonly string[]) => void
}

/** Chooses several of a list; the button says which, or how many. */
export const MultiSelectField = ({ label, options, value, onChange }: MultiSelectProps) => {
  const names = options.filter(({ id }) => value.includes(id)).map(({ name }) => name)
  const said =
    names.length === 0 ? t.all : names.length > 2 ? `${names[0]} +${num(names.length - 1)}` : names.join(' · ')
  return (
    <Select<Option, 'multiple'>
      className="field"
      selectionMode="multiple"
      value={[...value]}
      onChange={(keys) => onChange(keys.map(String))}
    >
      <Label>{label}</Label>
      <Button className="select-button">
        <SelectValue>{() => said}</SelectValue>
        <Mark of="open" />
      </Button>
      <Popover className="popover">
        <ListBox items={options} className="list-box">
          {({ id, name }) => (
            <ListBoxItem id={id} textValue={name} className="list-item check-item">
              {name}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  )
}
