/** The picture the search aims at: the original's from a seed, or a file that was chosen or dropped. */
import { useId, useState } from 'react';
import { useBench, useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { PictureCanvas } from '../../parts/picture-canvas.tsx';
import { readPicture } from '../../parts/read-picture.ts';
import { targetSeed } from '../../state/attack-request.ts';
import { report } from '../../state/bench.ts';
import { setSearch } from '../../state/experiment-actions.ts';
import styles from '../inspector.module.css';
import attack from './attack.module.css';

const fromFile = 'file';
const same = 'same';

export function AimField() {
  const { t } = useText();
  const bench = useBench();
  const id = useId();
  const [isOver, setOver] = useState(false);
  const aim = useBenchState((state) => state.aimPicture);
  const aimSeed = useBenchState(targetSeed);
  const seeds = useBenchState((state) => state.experiment.seeds);
  const size = useBenchState((state) => state.info?.imageSize ?? null);
  const take = async (file: File | undefined) => {
    if (file === undefined || size === null) return;
    try {
      bench.store.setState({ aimPicture: { picture: await readPicture(file, size), name: file.name } });
    } catch (thrown) {
      report(bench, thrown, 'file', 'attacked');
    }
  };
  const value = aim !== null ? fromFile : aimSeed === null ? same : String(aimSeed);
  return (
    <div
      className={attack['aimField']}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer.files[0]);
      }}
    >
      <label className={attack['choice']}>
        <span className={attack['label']}>{t('aim.title')}</span>
        <select
          value={value}
          data-testid="choose-aim"
          onChange={({ target }) => {
            if (target.value === fromFile) return;
            bench.store.setState({ aimPicture: null });
            setSearch(bench, { attackTargetSeed: target.value === same ? null : Number(target.value) });
          }}
        >
          <option value={same}>{t('aim.same')}</option>
          {seeds.map((seed) => (
            <option key={seed} value={String(seed)}>
              {t('attack.aimSeed', { seed })}
            </option>
          ))}
          {aim !== null && <option value={fromFile}>{aim.name}</option>}
        </select>
      </label>
      <div className={attack['aimFile']}>
        {aim !== null && (
          <div className={attack['thumb']}>
            <PictureCanvas picture={aim.picture} label={aim.name} />
          </div>
        )}
        <label className={styles['file']} htmlFor={id} data-disabled={size === null || undefined}>
          {t('aim.file')}
          <input
            id={id}
            type="file"
            accept="image/*"
            disabled={size === null}
            data-testid="aim-file"
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = '';
              void take(file);
            }}
          />
        </label>
        <span className={styles['fine']}>{t(aim === null ? 'aim.drop' : 'aim.notInLink')}</span>
      </div>
    </div>
  );
}
