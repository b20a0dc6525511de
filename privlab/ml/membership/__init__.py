"""Membership inference: was this letter in the training set? (lesson 41)"""
