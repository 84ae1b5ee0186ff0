import type { FormEvent, ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { SearchField as AriaSearchField, type SearchFieldProps } from 'react-aria-components/SearchField'
import { Text } from 'react-aria-components/Text'
import { TextArea } from 'react-aria-components/TextArea'
import { TextField as AriaTextField, type TextFieldProps } from 'react-aria-components/TextField'
import { FieldFault } from './field-fault.tsx'
import { Mark } from './mark.tsx'

/** What every field says about itself. */
export interface About {
  readonly label: string
  /** Sentence below the label that says what is wanted. */
  readonly help?: ReactNode
  /** What is wrong with what was typed, as the API or the page says; it is read out with the field. */
  readonly error?: string | undefined
}

/**
 * What a control is told of what is wrong with it. What the API said must not hold the form back as the browser's own checks do:
 * it was said of what was sent before, and nobody but the next answer takes it back.
 */
export const invalidity = (error: string | undefined) =>
  error === undefined ? {} : ({ isInvalid: true, validationBehavior: 'aria' } as const)

/** The sentence below a field's label. */
export const Help = ({ children }: { children: ReactNode }) =>
  children ? (
    <Text slot="description" className="help">
      {children}
    </Text>
  ) : null

/**
 * Takes back what the browser's own check said as soon as it holds no more. It would stand until the field is left, by a press on
 * the form's button: what is below moves up by a line at that moment, and the press falls beside the button.
 */
const settle = ({ target }: FormEvent<HTMLElement>): void => {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return
  if (target.validity.valid && target.getAttribute('aria-invalid') === 'true') target.dispatchEvent(new Event('change'))
}

interface TextProps extends Omit<TextFieldProps, 'children' | 'className'>, About {
  /** Lines of a field for longer texts. */
  readonly lines?: number
  /** Left to right whatever the page is: numbers, ids, addresses of the net. */
  readonly ltr?: boolean
  readonly placeholder?: string
}

/** A field for text. */
export function TextField({ label, help, error, lines, ltr, placeholder, ...props }: TextProps) {
  const dir = ltr ? 'ltr' : 'auto'
  return (
    <AriaTextField onInput={settle} {...props} {...invalidity(error)} className="field">
      <Label>{label}</Label>
      <Help>{help}</Help>
      {lines ? (
        <TextArea rows={lines} dir={dir} placeholder={placeholder} />
      ) : (
        <Input dir={dir} placeholder={placeholder} />
      )}
      <FieldFault error={error} />
    </AriaTextField>
  )
}

/** A field that searches, with a button that empties it. Its label stands above, or in it as the placeholder says. */
export const SearchField = ({
  label,
  placeholder,
  ...props
}: SearchFieldProps & { label: string; placeholder?: string }) => (
  <AriaSearchField {...props} {...(placeholder ? { 'aria-label': label } : {})} className="field search">
    {placeholder ? null : <Label>{label}</Label>}
    <Input placeholder={placeholder} dir="auto" />
    <Button className="icon-button">
      <Mark of="close" />
    </Button>
  </AriaSearchField>
)
