import { useTranslation } from 'react-i18next'
import type { AlarmDetail, NotificationDto } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { FateMark } from '../notifications/fate-mark.tsx'
import { useNow } from '../services.tsx'

export function AlarmContact(props: { readonly contact: AlarmDetail['contact'] }) {
  const { t } = useTranslation()
  const { name, phone } = props.contact
  return (
    <section>
      <h3>{t('detail.contact')}</h3>
      {name === '' && phone === '' ? (
        <p className="quiet">{t('detail.noContact')}</p>
      ) : (
        <p>
          {name}{' '}
          {phone !== '' && (
            <a className="phone" href={`tel:${phone}`} aria-label={`${t('detail.call')} ${phone}`}>
              {phone}
            </a>
          )}
        </p>
      )}
    </section>
  )
}

/** Who was told, and whether it reached them. */
export function AlarmTold(props: { readonly notifications: readonly NotificationDto[] }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  return (
    <section>
      <h3>{t('detail.told')}</h3>
      {props.notifications.length === 0 && <p className="quiet">{t('detail.nobodyTold')}</p>}
      <ul className="told">
        {props.notifications.map((notification) => (
          <li key={notification.id}>
            <span className="told-time">{words.instant(notification.createdAt, nowMs)}</span>
            <span>
              {notification.channelName} · {t(`notificationType.${notification.type}`)}
              <span className="told-what" title={notification.summary}>
                {notification.summary}
              </span>
              <FateMark notification={notification} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
