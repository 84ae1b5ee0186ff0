import '../../styles/routing.css'
import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Words } from '../../parts/text.tsx'
import { num } from '../../words/format.ts'
import { t } from './words.ts'

interface OrderProps {
  readonly ids: readonly string[]
  readonly nameOf: (id: string) => string
  readonly onChange: (ids: readonly string[]) => void
}

/** Connections in the order in which they are tried; each can be moved and removed by buttons. */
export function Order({ ids, nameOf, onChange }: OrderProps) {
  const [said, setSaid] = useState('')
  const move = (from: number, to: number): void => {
    const next = [...ids]
    const [moved = ''] = next.splice(from, 1)
    next.splice(to, 0, moved)
    onChange(next)
    setSaid(t.moved(nameOf(moved), to + 1))
  }
  return (
    <>
      <ol className="route-order" aria-label={t.order}>
        {ids.map((id, place) => {
          const name = nameOf(id)
          return (
            <li key={id}>
              <span className="faint">{num(place + 1)}</span>
              <Words>{name}</Words>
              <span className="route-moves">
                <Button
                  weight="quiet"
                  className="in-row turned"
                  aria-label={t.up(name)}
                  isDisabled={place === 0}
                  onPress={() => move(place, place - 1)}
                >
                  <Mark of="open" />
                </Button>
                <Button
                  weight="quiet"
                  className="in-row"
                  aria-label={t.down(name)}
                  isDisabled={place === ids.length - 1}
                  onPress={() => move(place, place + 1)}
                >
                  <Mark of="open" />
                </Button>
                <Button
                  weight="quiet"
                  className="in-row"
                  aria-label={t.remove(name)}
                  onPress={() => onChange(ids.filter((one) => one !== id))}
                >
                  <Mark of="close" />
                </Button>
              </span>
            </li>
          )
        })}
      </ol>
      <p role="status" className="visually-hidden">
        {said}
      </p>
    </>
  )
}
