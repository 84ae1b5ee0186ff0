import { useNavigate } from '@tanstack/react-router'
import { SelectField } from '../../parts/select-field.tsx'
import { channelName, channelNames, t as common } from '../../words/common.ts'
import { BACK_NAMES, type Back, type FiguresSearch } from './span.ts'
import { t } from './words.ts'

const ANY = 'any'

interface ChoicesProps {
  readonly back: Back
  readonly channel: string | undefined
}

/** How long back, and of which channel; kept in the address. */
export function Choices({ back, channel }: ChoicesProps) {
  const navigate = useNavigate()
  const change = (search: FiguresSearch): void => void navigate({ to: '.', search, replace: true })
  return (
    <div className="home-choices">
      <SelectField<Back>
        label={t.back}
        value={back}
        options={BACK_NAMES.map((id) => ({ id, name: t.backs[id] }))}
        onChange={(id) => change({ back: id, ...(channel ? { channel } : {}) })}
      />
      <SelectField
        label={t.channel}
        value={channel ?? ANY}
        options={[
          { id: ANY, name: common.all },
          ...Object.keys(channelNames).map((id) => ({ id, name: channelName(id) })),
        ]}
        onChange={(id) => change({ back, ...(id === ANY ? {} : { channel: id }) })}
      />
    </div>
  )
}
