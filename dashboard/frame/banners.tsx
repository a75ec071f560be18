import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatClock } from '../format/format.ts'
import { useLive, useNow, useServices } from '../services.tsx'
import { useStore } from '../store/store.ts'
import { Icon } from '../ui/icons.tsx'

/** A first connection may take this long before it is worth a word. */
const FIRST_CONNECTION_MS = 3_000
const BACK_SHOWN_MS = 4_000

/** What must be known on every page: the data is old, or alarms cannot be heard. */
export function Banners() {
  return (
    <>
      <LinkBanner />
      <SoundBanner />
      <DrillBanner />
    </>
  )
}

function LinkBanner() {
  const { t } = useTranslation()
  const link = useLive((state) => state.link)
  const dataAt = useLive((state) => state.dataAt)
  const isOverdue = useOverdue(link === 'connecting')
  const isBack = useBack(link)
  if (isBack) {
    return (
      <output className="banner is-back">
        <Icon name="normal" />
        {t('link.back')}
      </output>
    )
  }
  if (link === 'live' || (link === 'connecting' && !isOverdue)) return null
  return (
    <div className="banner is-old" role="alert" data-testid="old-data">
      <Icon name="fault" size={20} />
      <strong>{t('link.oldData')}</strong>
      <span>
        {dataAt === null
          ? t('link.neverConnected')
          : t('link.oldDataDetail', { time: formatClock(Date.parse(dataAt)) })}
      </span>
    </div>
  )
}

function useOverdue(isConnecting: boolean): boolean {
  const [isOverdue, setIsOverdue] = useState(false)
  useEffect(() => {
    setIsOverdue(false)
    if (!isConnecting) return
    const timer = setTimeout(() => setIsOverdue(true), FIRST_CONNECTION_MS)
    return () => clearTimeout(timer)
  }, [isConnecting])
  return isOverdue
}

/** True for a moment after the link has come back. */
function useBack(link: 'connecting' | 'live' | 'lost'): boolean {
  const nowMs = useNow()
  const [was, setWas] = useState(link)
  const [backAtMs, setBackAtMs] = useState<number | null>(null)
  if (was !== link) {
    setWas(link)
    setBackAtMs(was === 'lost' && link === 'live' ? nowMs : null)
  }
  return backAtMs !== null && nowMs - backAtMs < BACK_SHOWN_MS
}

/** Drills look like the real thing on purpose; so it must be said on every page. */
function DrillBanner() {
  const { t } = useTranslation()
  const open = useLive((state) => state.open)
  const count = useMemo(() => [...open.values()].filter(({ drill }) => drill).length, [open])
  if (count === 0) return null
  return (
    <output className="banner is-drill" data-testid="drill-banner">
      <Icon name="calibrating" size={20} />
      <span>{t('load.drillBar', { count })}</span>
    </output>
  )
}

function SoundBanner() {
  const { t } = useTranslation()
  const { sound } = useServices()
  const isBlocked = useStore(sound.store, (state) => state.isBlocked)
  if (!isBlocked) return null
  return (
    <button type="button" className="banner is-sound" onClick={() => void sound.allow()}>
      <Icon name="blocked" size={20} />
      <span>{t('sound.blockedBar')}</span>
    </button>
  )
}
