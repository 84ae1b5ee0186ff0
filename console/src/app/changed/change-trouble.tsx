import { Fragment, type ReactNode, useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { words } from '../../words/language.ts'
import type { Newer } from './record-change.ts'

const t = words(
  {
    changed:
      'Somebody else changed this meanwhile, so nothing was saved. What you typed stands. Saving again puts it in the place of what is in force now:',
    gone: 'Somebody else removed this meanwhile, so nothing was saved. What you typed stands.',
    none: 'nothing',
    same: 'It is just what you typed.',
    load: 'Drop mine and show the newer',
  },
  {
    changed:
      'در این میان کس دیگری این را تغییر داده است و چیزی ذخیره نشد. آنچه نوشته‌اید می‌ماند. اگر دوباره ذخیره کنید، جای آنچه اکنون برقرار است را می‌گیرد:',
    gone: 'در این میان کس دیگری این را حذف کرده است و چیزی ذخیره نشد. آنچه نوشته‌اید می‌ماند.',
    none: 'هیچ',
    same: 'درست همان است که نوشته‌اید.',
    load: 'کنار گذاشتن نوشتهٔ من و نمایش وضعیت تازه',
  },
)

/** A field of which somebody else's value is in force. */
export interface Difference {
  readonly name: string
  readonly typed: string
  readonly now: string
}

/** Characters of a value that a difference shows. */
const MOST_SHOWN = 200

const cut = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text)

interface Props<Of> {
  readonly error: unknown
  readonly newer: Newer<Of> | null
  readonly differences: (now: Of) => readonly Difference[]
  /** Begins the form anew with the newer state. */
  readonly onLoad: (now: Of) => void
  /** What is said of a change in between, and of beginning anew, where it is not a form's change of what is there. */
  readonly said?: string
  readonly load?: string
}

/** What went wrong with a change; where somebody else changed the same, what is in force now, and a way to begin from there. */
export function ChangeTrouble<Of>(props: Props<Of>) {
  const { error, newer, differences, onLoad, said = t.changed, load = t.load } = props
  if (newer === null) return <Trouble error={error} />
  const { record } = newer
  if (record === null) return <Note tone="warn">{t.gone}</Note>
  const differing = differences(record).filter(({ typed, now }) => typed !== now)
  return (
    <Note tone="warn">
      {said}
      {differing.length > 0 ? (
        <ul>
          {differing.map(({ name, now }) => (
            <li key={name}>
              {name}: <bdi>{cut(now) || t.none}</bdi>
            </li>
          ))}
        </ul>
      ) : (
        <p>{t.same}</p>
      )}
      <Button onPress={() => onLoad(record)}>{load}</Button>
    </Note>
  )
}

interface AnewProps<Of> {
  readonly of: Of
  readonly children: (of: Of, onLoad: (now: Of) => void) => ReactNode
}

/** A form of a record, begun anew where the person wants the newer state instead of what was typed. */
export function Anew<Of>({ of, children }: AnewProps<Of>) {
  const [begun, setBegun] = useState({ of, times: 0 })
  return (
    <Fragment key={begun.times}>
      {children(begun.of, (now) => setBegun(({ times }) => ({ of: now, times: times + 1 })))}
    </Fragment>
  )
}
