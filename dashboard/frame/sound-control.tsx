import { Button, Popover } from 'antd'
import { useTranslation } from 'react-i18next'
import { formatCountdown } from '../format/format.ts'
import { useNow, useServices } from '../services.tsx'
import { useStore } from '../store/store.ts'
import { Icon, type IconName } from '../ui/icons.tsx'

/** State of this desk's sound, with silence and test behind it. */
export function SoundControl() {
  const { t } = useTranslation()
  const { sound } = useServices()
  const nowMs = useNow()
  const state = useStore(sound.store, (whole) => whole)
  const leftMs = state.silencedUntilMs - nowMs
  const isSilent = leftMs > 0
  const icon: IconName = state.isBlocked ? 'blocked' : isSilent ? 'silent' : 'sound'
  const word = state.isBlocked
    ? t('sound.blocked')
    : isSilent
      ? t('sound.silenced', { left: formatCountdown(leftMs) })
      : t('sound.on')
  const panel = (
    <div className="sound-panel">
      <p>{t('sound.explain')}</p>
      {isSilent ? (
        <Button onClick={() => sound.endSilence()}>{t('sound.unsilence')}</Button>
      ) : (
        <Button type="primary" disabled={!state.isSounding} onClick={() => sound.silence()}>
          {t('sound.silence')}
        </Button>
      )}
      <Button onClick={() => void sound.test()}>{t('sound.test')}</Button>
      {!state.isSounding && !isSilent && <p className="quiet">{t('sound.nothing')}</p>}
    </div>
  )
  return (
    <Popover content={panel} trigger="click" placement="bottom">
      <Button type="text" className="strip-sound" aria-label={word} icon={<Icon name={icon} />}>
        <span className="strip-sound-word">{word}</span>
      </Button>
    </Popover>
  )
}
