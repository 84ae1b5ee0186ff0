import type { ReactNode } from 'react'
import { Checkbox as AriaCheckbox, type CheckboxProps } from 'react-aria-components/Checkbox'
import { Label } from 'react-aria-components/Label'
import { Radio, RadioGroup, type RadioGroupProps } from 'react-aria-components/RadioGroup'
import { Switch as AriaSwitch, type SwitchProps } from 'react-aria-components/Switch'
import { type About, Help, invalidity } from './field.tsx'
import { FieldFault } from './field-fault.tsx'
import type { Option } from './select-field.tsx'

/** Yes or no, as part of a form. */
export const Checkbox = ({ children, ...props }: Omit<CheckboxProps, 'children'> & { children: ReactNode }) => (
  <AriaCheckbox {...props} className="checkbox">
    <span className="box" aria-hidden="true" />
    <span>{children}</span>
  </AriaCheckbox>
)

/** Yes or no that counts at once. */
export const Switch = ({ children, ...props }: Omit<SwitchProps, 'children'> & { children: ReactNode }) => (
  <AriaSwitch {...props} className="switch">
    <span className="track" aria-hidden="true" />
    <span>{children}</span>
  </AriaSwitch>
)

interface RadioProps<Key extends string> extends Omit<RadioGroupProps, 'children' | 'onChange' | 'value'>, About {
  readonly options: readonly (Option<Key> & { readonly help?: string })[]
  readonly value: Key
  readonly onChange: (value: Key) => void
}

/** Chooses one of a few that are all seen. */
export function RadioField<Key extends string>({ label, help, error, options, onChange, ...props }: RadioProps<Key>) {
  return (
    <RadioGroup {...props} onChange={(key) => onChange(key as Key)} {...invalidity(error)} className="field">
      <Label>{label}</Label>
      <Help>{help}</Help>
      <div className="radios">
        {options.map(({ id, name, help: about }) => (
          <Radio key={id} value={id} className="radio">
            <span className="dot" aria-hidden="true" />
            <span>
              {name}
              {about ? <span className="help">{about}</span> : null}
            </span>
          </Radio>
        ))}
      </div>
      <FieldFault error={error} />
    </RadioGroup>
  )
}
