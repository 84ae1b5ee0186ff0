import { Button } from 'react-aria-components/Button'
import { Label } from 'react-aria-components/Label'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Select, type SelectProps, SelectValue } from 'react-aria-components/Select'
import { type About, Help, invalidity } from './field.tsx'
import { FieldFault } from './field-fault.tsx'
import { Mark } from './mark.tsx'

/** A choice of a list. */
export interface Option<Key extends string = string> {
  readonly id: Key
  readonly name: string
}

interface ChoiceProps<Key extends string>
  extends Omit<SelectProps<Option<Key>>, 'children' | 'className' | 'onChange' | 'value'>,
    About {
  readonly options: readonly Option<Key>[]
  readonly value: Key | null
  readonly onChange: (value: Key) => void
}

/** Chooses one of several. */
export function SelectField<Key extends string>({ label, help, error, options, onChange, ...props }: ChoiceProps<Key>) {
  return (
    <Select {...props} onChange={(key) => onChange(key as Key)} {...invalidity(error)} className="field">
      <Label>{label}</Label>
      <Help>{help}</Help>
      <Button className="select-button">
        <SelectValue />
        <Mark of="open" />
      </Button>
      <FieldFault error={error} />
      <Popover className="popover">
        <ListBox items={options} className="list-box">
          {({ id, name }) => (
            <ListBoxItem id={id} textValue={name} className="list-item">
              {name}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  )
}
