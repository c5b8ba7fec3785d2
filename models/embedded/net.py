"""The embedded recogniser: lips and sound in, one word distribution and the log odds of speech per frame out."""

import torch
import torch.nn.functional as F
from torch import nn

# Side of the part of the 88 x 88 lips that is looked at (mouth and what moves around it), and of what is left after 2 x 2 pooling.
CROP = 64
INPUT = CROP // 2
STACK = 5


def pool_lips(lips):
    """[..., 88, 88] -> [..., 32, 32]: the middle, averaged over 2 x 2."""
    edge = (88 - CROP) // 2
    middle = lips[..., edge : edge + CROP, edge : edge + CROP]
    return F.avg_pool2d(middle, 2)


class Block(nn.Module):
    """Two convolutions beside a way around them."""

    def __init__(self, width):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class FrameNet(nn.Module):
    """[N, 5, 32, 32], five neighbouring frames -> [N, 256] for the middle one."""

    def __init__(self, widths=(32, 48, 96), out=256, dropout=0.1):
        super().__init__()
        layers, last = [], STACK
        for width, kernel in zip(widths, (5, 3, 3)):
            layers += [nn.Conv2d(last, width, kernel, 2, kernel // 2, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            if width != widths[0]:
                layers.append(Block(width))
            last = width
        self.convs = nn.Sequential(*layers)
        self.out = nn.Sequential(nn.Dropout(dropout), nn.Linear(last * (INPUT // 8) ** 2, out, bias=False), nn.BatchNorm1d(out), nn.ReLU())

    def forward(self, stacks):
        if stacks.is_cuda:
            stacks = stacks.contiguous(memory_format=torch.channels_last)
        return self.out(self.convs(stacks).flatten(1))


class Recurrent(nn.Module):
    """Bidirectional GRU, [B, T, in] -> [B, T, 2 hidden]; in single precision always."""

    def __init__(self, size, hidden):
        super().__init__()
        self.gru = nn.GRU(size, hidden, batch_first=True, bidirectional=True)

    def forward(self, x):
        with torch.autocast(x.device.type, enabled=False):
            return self.gru(x.float())[0]


class ConvBlock(nn.Module):
    """Residual convolution over time."""

    def __init__(self, size, kernel=5, dropout=0.1):
        super().__init__()
        self.conv = nn.Conv1d(size, size, kernel, padding=kernel // 2)
        self.norm = nn.LayerNorm(size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        return x + self.dropout(F.relu(self.norm(self.conv(x.transpose(1, 2)).transpose(1, 2))))


class Recogniser(nn.Module):
    """Words: class 0 is the CTC blank (in the frame-wise heads: no word), 1.. are the units."""

    def __init__(self, vocabulary, visemes=1, phones=1, lip_hidden=160, sound_size=192, hidden=256, dropout=0.1):
        super().__init__()
        lip_size, sound_out, fused = 2 * lip_hidden, sound_size, 2 * hidden
        self.frame_net = FrameNet()
        self.lip_block = ConvBlock(256, 5, dropout)
        self.lip_recurrent = Recurrent(256, lip_hidden)
        self.enter = nn.Linear(104, sound_size)
        self.sound_blocks = nn.Sequential(ConvBlock(sound_size, 5, dropout), ConvBlock(sound_size, 5, dropout))
        self.drop = nn.Dropout(dropout)
        self.fusion = nn.ModuleList([Recurrent(lip_size + sound_out, hidden), Recurrent(fused, hidden)])
        # What lips and sound together add to what the lips alone say; nothing at first.
        self.head = nn.Linear(fused, vocabulary)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        self.lip_ctc = nn.Linear(lip_size, vocabulary)
        self.speech_head = nn.Linear(fused, 1)
        # Only for training: what each branch says of a frame. Dropped from the shipped file, as nothing leads there.
        self.lip_visemes = nn.Linear(lip_size, visemes)
        self.lip_frames = nn.Linear(lip_size, vocabulary)
        self.lip_speech = nn.Linear(lip_size, 1)
        self.sound_phones = nn.Linear(sound_out, phones)
        self.fused_frames = nn.Linear(fused, vocabulary)

    def see(self, small):
        """[B, T, 32, 32] normalised -> context of the lips [B, T, 320]."""
        batch, frames = small.shape[:2]
        padded = F.pad(small, (0, 0, 0, 0, STACK // 2, STACK // 2))
        stacks = torch.stack([padded[:, i : i + frames] for i in range(STACK)], 2)
        features = self.frame_net(stacks.reshape(-1, STACK, INPUT, INPUT)).reshape(batch, frames, -1)
        return self.lip_recurrent(self.lip_block(features))

    def hear(self, audio):
        """[B, T, 104] -> [B, T, 192]."""
        return self.sound_blocks(F.relu(self.enter(audio)))

    def fuse(self, context, sounds):
        x = torch.cat([context, sounds], 2)
        for layer in self.fusion:
            x = layer(self.drop(x))
        return x

    def words(self, context, fused):
        return self.lip_ctc(context) + self.head(fused)

    def forward(self, lips, audio):
        """lips [1, T, 88, 88] normalised, audio [1, T, 104] -> log probabilities [1, T, vocabulary], log odds of speech [1, T]."""
        context = self.see(pool_lips(lips))
        fused = self.fuse(context, self.hear(audio))
        return F.log_softmax(self.words(context, fused), 2), self.speech_head(fused)[..., 0]
