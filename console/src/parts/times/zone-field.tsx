import { useRef, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Label } from 'react-aria-components/Label'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Select, SelectValue } from 'react-aria-components/Select'
import { t } from '../../words/common.ts'
import { words as said } from '../../words/language.ts'
import { type About, Help, invalidity, SearchField } from '../field.tsx'
import { FieldFault } from '../field-fault.tsx'
import { Mark } from '../mark.tsx'
import { Ltr } from '../text.tsx'
import { zones, zoneText } from './zones.ts'

const { none } = said({ none: 'Nothing found.' }, { none: 'چیزی پیدا نشد.' })

interface ZoneProps extends About {
  /** Id of the zone, as IANA names it. */
  readonly value: string
  readonly onChange: (id: string) => void
}

/** A text as it is searched: letters and half-spaces of Persian are written in several ways, an id has low lines for spaces. */
const plain = (text: string): string =>
  text.toLowerCase().replaceAll('\u064a', 'ی').replaceAll('\u0643', 'ک').replaceAll('\u200c', '').replaceAll('_', ' ')

/**
 * Chooses a time zone by its name in the page's language, or by its IANA id. Above the list stands a search, from which an arrow
 * leads into the list; Enter takes the first that is found.
 */
export function ZoneField({ label, help, error, value, onChange }: ZoneProps) {
  const [isOpen, setOpen] = useState(false)
  const [sought, setSought] = useState('')
  const list = useRef<HTMLDivElement>(null)
  // Names of all zones take a moment: they are made when somebody opens the list.
  const all = isOpen ? zones() : [{ id: value, name: zoneText(value) }]
  const words = plain(sought.trim())
  const found = all.filter(({ id, name }) => plain(`${name} ${id}`).includes(words))
  const open = (next: boolean): void => {
    setOpen(next)
    setSought('')
  }
  const choose = (id: string): void => {
    open(false)
    onChange(id)
  }
  return (
    <Select
      value={value}
      onChange={(id) => choose(String(id))}
      isOpen={isOpen}
      onOpenChange={open}
      allowsEmptyCollection
      {...invalidity(error)}
      className="field"
    >
      <Label>{label}</Label>
      <Help>{help}</Help>
      <Button className="select-button">
        <SelectValue>{() => zoneText(value)}</SelectValue>
        <Mark of="open" />
      </Button>
      <FieldFault error={error} />
      <Popover className="popover searched">
        <SearchField
          label={t.search}
          placeholder={t.search}
          value={sought}
          onChange={setSought}
          onSubmit={() => found[0] && choose(found[0].id)}
          onKeyDown={({ key }) => {
            if (key === 'ArrowDown') list.current?.querySelector<HTMLElement>('[data-key]')?.focus()
          }}
          autoFocus
        />
        <ListBox
          ref={list}
          items={found}
          autoFocus={false}
          className="list-box"
          renderEmptyState={() => <p className="help">{none}</p>}
        >
          {({ id, name }) => (
            <ListBoxItem id={id} textValue={name} className="list-item zone">
              <span>{name}</span> <Ltr className="faint">{id}</Ltr>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  )
}
