"""The embedded recogniser: lips and sound in, one word distribution per frame out."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

# Side of the part of the 88 x 88 lips that is looked at (mouth and what moves around it), and of what is left after 2 x 2 pooling.
CROP = 64
INPUT = CROP // 2
STACK = 5


def pool_lips(lips):
    """[..., 88, 88] -> [..., 32, 32]: the middle, averaged over 2 x 2."""
    edge = (88 - CROP) // 2
    middle = lips[..., edge : edge + CROP, edge : edge + CROP]
    return F.avg_pool2d(middle, 2)


class FrameNet(nn.Module):
    """[N, 5, 32, 32], five neighbouring frames -> [N, 128] for the middle one."""

    def __init__(self, widths=(24, 48, 96), out=128, dropout=0.2):
        super().__init__()
        layers, last = [], STACK
        for width, kernel in zip(widths, (5, 3, 3)):
            layers += [nn.Conv2d(last, width, kernel, 2, kernel // 2, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            last = width
        self.convs = nn.Sequential(*layers)
        self.out = nn.Sequential(nn.Dropout(dropout), nn.Linear(last * (INPUT // 8) ** 2, out, bias=False), nn.BatchNorm1d(out), nn.ReLU())

    def forward(self, stacks):
        return self.out(self.convs(stacks).flatten(1))


class Recurrent(nn.Module):
    """Bidirectional GRU over [B, T, in] -> [B, T, 2 hidden]; `lengths` only where there is padding."""

    def __init__(self, size, hidden, layers=1, dropout=0.0):
        super().__init__()
        self.gru = nn.GRU(size, hidden, layers, batch_first=True, bidirectional=True, dropout=dropout)

    def forward(self, x, lengths=None):
        if lengths is None:
            return self.gru(x)[0]
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(self.gru(packed)[0], batch_first=True, total_length=x.shape[1])[0]


class ConvBlock(nn.Module):
    """Residual convolution over time; padding must be zero on entry and is zero on exit (`mask` [B, T, 1])."""

    def __init__(self, size, kernel=5, dropout=0.1):
        super().__init__()
        self.conv = nn.Conv1d(size, size, kernel, padding=kernel // 2)
        self.norm = nn.LayerNorm(size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        y = F.relu(self.norm(self.conv(x.transpose(1, 2)).transpose(1, 2)))
        x = x + self.dropout(y)
        return x if mask is None else x * mask


class LipBranch(nn.Module):
    """Frame features [B, T, 128] -> context [B, T, 256]."""

    def __init__(self, size=128, hidden=128, dropout=0.3):
        super().__init__()
        self.block = ConvBlock(size, 5, dropout)
        self.recurrent = Recurrent(size, hidden)

    def forward(self, x, lengths=None, mask=None):
        return self.recurrent(self.block(x, mask), lengths)


class AudioBranch(nn.Module):
    """[B, T, 104] -> [B, T, 160]."""

    def __init__(self, size=160, dropout=0.1):
        super().__init__()
        self.enter = nn.Linear(104, size)
        self.blocks = nn.ModuleList([ConvBlock(size, 5, dropout), ConvBlock(size, 5, dropout)])

    def forward(self, x, mask=None):
        x = F.relu(self.enter(x))
        if mask is not None:
            x = x * mask
        for block in self.blocks:
            x = block(x, mask)
        return x


class Recogniser(nn.Module):
    """Words: class 0 is the CTC blank (in the frame-wise heads: no word), 1.. are the units."""

    def __init__(self, vocabulary=52, hidden=128):
        super().__init__()
        self.frame_net = FrameNet()
        self.lip_branch = LipBranch()
        self.audio_branch = AudioBranch()
        self.drop = nn.Dropout(0.2)
        self.fusion = Recurrent(256 + 160, hidden, 2, 0.2)
        # What lips and sound together add to what the lips alone say; nothing at first.
        self.head = nn.Linear(2 * hidden, vocabulary)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        self.lip_ctc = nn.Linear(256, vocabulary)
        # Only for training: frame-wise words from each branch.
        self.lip_frames = nn.Linear(256, vocabulary)
        self.audio_frames = nn.Linear(160, vocabulary)
        self.fused_frames = nn.Linear(2 * hidden, vocabulary)

    def fuse(self, lip_context, audio, lengths=None):
        return self.fusion(self.drop(torch.cat([lip_context, audio], 2)), lengths)

    def words(self, lip_context, fused):
        return self.lip_ctc(lip_context) + self.head(fused)

    def forward(self, lips, audio):
        """lips [1, T, 88, 88] normalised, audio [1, T, 104] -> log probabilities [1, T, vocabulary]."""
        small = F.pad(pool_lips(lips), (0, 0, 0, 0, STACK // 2, STACK // 2))
        stacks = torch.cat([small[:, :-4], small[:, 1:-3], small[:, 2:-2], small[:, 3:-1], small[:, 4:]], 0)
        features = self.frame_net(stacks.transpose(0, 1)).unsqueeze(0)
        context = self.lip_branch(features)
        fused = self.fuse(context, self.audio_branch(audio))
        return F.log_softmax(self.words(context, fused), 2)
