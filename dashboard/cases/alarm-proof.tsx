import { App, Button, Image, Space, Upload } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmDto } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useAccount, useNow, useServices } from '../services.tsx'
import { smallerPhoto } from './smaller-photo.ts'

/** What proves the alarm: photos and frozen evidence. */
export function AlarmProof(props: { readonly alarm: AlarmDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const { api } = useServices()
  const { id } = props.alarm
  return (
    <>
      <AlarmPhotos {...props} />
      <section>
        <h3>{t('proof.evidence')}</h3>
        <p className="quiet">{t('proof.evidenceHint')}</p>
        <Space wrap>
          <Button href={api.evidenceAddress(id, 'pdf', words.language)}>{t('proof.pdf')}</Button>
          <Button href={api.evidenceAddress(id, 'json', words.language)}>{t('proof.json')}</Button>
        </Space>
      </section>
    </>
  )
}

function AlarmPhotos({ alarm }: { readonly alarm: AlarmDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { api } = useServices()
  const { message } = App.useApp()
  const { role } = useAccount()
  const [isBusy, setIsBusy] = useState(false)
  const photos = useResource(`photos ${alarm.id}`, (signal) => api.photos(alarm.id, signal))
  const items = photos.data?.items ?? []
  const isOver = alarm.state === 'normal' && alarm.caseFile?.awaits == null

  async function add(file: File): Promise<void> {
    setIsBusy(true)
    try {
      await api.addPhoto(alarm.id, await smallerPhoto(file))
      photos.reload()
    } catch (error) {
      void message.error(problemText(t, error), 6)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <section>
      <h3>{t('proof.photos')}</h3>
      {items.length === 0 && <p className="quiet">{t('proof.noPhotos')}</p>}
      <div className="photo-row">
        <Image.PreviewGroup>
          {items.map((photo) => (
            <figure key={photo.id}>
              <Image
                src={api.photoAddress(alarm.id, photo.id)}
                alt={photo.name}
                width={96}
                height={72}
              />
              <figcaption className="quiet">
                {t('proof.photoBy', {
                  who: photo.addedBy,
                  time: words.instant(photo.addedAt, nowMs),
                })}
              </figcaption>
            </figure>
          ))}
        </Image.PreviewGroup>
      </div>
      {role !== 'viewer' && !isOver && (
        <Upload
          accept="image/jpeg,image/png,image/webp"
          showUploadList={false}
          beforeUpload={(file) => {
            void add(file)
            return false
          }}
        >
          <Button loading={isBusy}>{t('proof.addPhoto')}</Button>
        </Upload>
      )}
    </section>
  )
}
