"""What both steps of the training share: schedule, averaged weights, going on after a stop."""

import copy
import math
import os

import torch


class Training:
    """Optimises `parameters` of `model` and keeps an exponential average of all its weights.

    model, average: with their state in `path` after every epoch; a file that is there is gone on from.
    epoch: epochs that are done; epochs, steps: wanted epochs, and optimiser steps in each.
    """

    def __init__(self, model, parameters, path, epochs, steps, rate):
        self.model, self.average = model, copy.deepcopy(model)
        self.parameters = list(parameters)
        self.path, self.epochs, self.steps, self.rate = path, epochs, steps, rate
        self.optimiser = torch.optim.AdamW(self.parameters, rate, weight_decay=0.02)
        self.epoch = 0
        if os.path.exists(path):
            state = torch.load(path)
            self.model.load_state_dict(state['model'])
            self.average.load_state_dict(state['average'])
            self.optimiser.load_state_dict(state['optimiser'])
            self.epoch = state['epoch']

    def step(self, number, loss):
        """Step `number` of this epoch: two epochs of warm-up, then a cosine down to a hundredth."""
        done = self.epoch * self.steps + number
        warm = min(1, (done + 1) / (2 * self.steps))
        cosine = 0.5 * (1 + math.cos(math.pi * done / (self.epochs * self.steps)))
        for group in self.optimiser.param_groups:
            group['lr'] = self.rate * warm * (0.01 + 0.99 * cosine)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 5.0)
        self.optimiser.step()
        decay = min(0.997, 1 - 1 / (1 + done / 5))
        with torch.no_grad():
            for mine, theirs in zip(self.average.state_dict().values(), self.model.state_dict().values()):
                if mine.dtype.is_floating_point:
                    mine.lerp_(theirs, 1 - decay)
                else:
                    mine.copy_(theirs)

    def end_epoch(self):
        """Writes everything; True when this epoch is one to evaluate."""
        self.epoch += 1
        state = {
            'model': self.model.state_dict(),
            'average': self.average.state_dict(),
            'optimiser': self.optimiser.state_dict(),
            'epoch': self.epoch,
        }
        torch.save(state, self.path + '.part')
        os.replace(self.path + '.part', self.path)
        return self.epoch % 2 == 0 or self.epoch == self.epochs
