"""Trains the judge of the live scores. Run: python train_judge.py --minutes 12"""

from judge import Judge
from judge_training import train

if __name__ == "__main__":
    train("judge", Judge, seed=3, first_shard=1)
