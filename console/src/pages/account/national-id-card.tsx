import { type FormEvent, useState } from 'react'
import { auth } from '../../api/auth.ts'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { Button } from '../../parts/button.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { fieldText } from '../../words/failures.ts'
import { t } from './identity-words.ts'
import { useMe } from './use-me.ts'

const TONES = { no: 'bad', unknown: 'warn' } as const

/** Has the person's national id matched with his number. What is typed is kept nowhere. */
export function NationalIdCard({ triesLeft, onMatched }: { triesLeft: number; onMatched: () => void }) {
  const me = useMe()
  const [nationalId, setNationalId] = useState('')
  const match = useAct(() => unwrap(auth.POST('/v1/auth/identity/national-id', { body: { nationalId } })), {
    changes: [['identity'], ['me']],
    onDone: ({ answer }) => {
      setNationalId('')
      if (answer === 'yes') onMatched()
    },
  })
  const isWrong = fieldText(match.error, '/nationalId') !== undefined
  const isRefused = match.error instanceof Failure && match.error.code === 'conflict'
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    match.mutate()
  }
  const answer = match.data?.answer
  return (
    <Card title={t.nationalTitle}>
      <p>{t.nationalWhy(me.mobile ?? '')}</p>
      <form onSubmit={submit} className="stack form">
        <TextField
          label={t.nationalId}
          help={t.nationalHelp}
          error={isWrong ? t.nationalBad : undefined}
          inputMode="numeric"
          autoComplete="off"
          value={nationalId}
          onChange={setNationalId}
          isRequired
          maxLength={20}
          ltr
        />
        <div role="status">{answer && answer !== 'yes' ? <Note tone={TONES[answer]}>{t[answer]}</Note> : null}</div>
        {isRefused ? <Note tone="warn">{t.nationalConflict}</Note> : isWrong ? null : <Trouble error={match.error} />}
        <div className="row">
          <Button type="submit" weight="primary" isPending={match.isPending} isDisabled={triesLeft === 0}>
            {t.match}
          </Button>
          <span className="faint">{triesLeft === 0 ? t.noTries : t.tries(triesLeft)}</span>
        </div>
      </form>
    </Card>
  )
}
